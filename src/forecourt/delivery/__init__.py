"""Delivery: preparation, appointment, handover, ownership."""
