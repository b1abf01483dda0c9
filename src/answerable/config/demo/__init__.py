"""The demo: a fictional programme, told through the product's own services. Wiring only."""
