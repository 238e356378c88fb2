"""Lists out of the system: as a workbook and on paper, whole, in division order, with their day and basis."""
