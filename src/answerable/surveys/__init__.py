"""Surveys: what a sample of dwellings or seats says, drawn without a list of people, kept as sums and never as answers."""
