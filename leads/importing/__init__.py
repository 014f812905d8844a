"""From an uploaded file to checked rows: encoding, shape, columns, values, duplicates. No credits are spent."""
