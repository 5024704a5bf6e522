"""Readers and writers of outside formats: leads, phones, VINs, calendars, contact cards. Pure Python, no Django."""
