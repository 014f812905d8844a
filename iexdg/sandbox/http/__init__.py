"""How requests arrive and answers leave: server, edge, routing, keys, schemas, faults. Knows no single operation."""
