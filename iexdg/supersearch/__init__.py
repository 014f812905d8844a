"""SuperSearch: finding people by filters, paying for their addresses, and an import of them that goes the usual way."""
