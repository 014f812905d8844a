"""SuperSearch: finding invented people by filters, and enriching lists and campaigns with them."""
