"""Sums of the facts for every area, so that a province's figures come in a blink; each can be proved from the cases."""
