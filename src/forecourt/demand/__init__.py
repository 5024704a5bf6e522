"""Demand: documents taken in, leads, the persons behind them, and who answers."""
