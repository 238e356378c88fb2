"""Ledgers (台账): what offices keep by hand, out as a pre-filled workbook and in again by the ordinary commands."""
