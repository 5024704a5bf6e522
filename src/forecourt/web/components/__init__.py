"""The parts that pages are made of. Each function returns safe HTML; the style guide at /style shows every one."""
