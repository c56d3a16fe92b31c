"""How the released models came about: data, training, calibration, evaluation, export."""
