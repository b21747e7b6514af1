"""What is declared: parameters, columns, levers, forms, segments, institutions, interventions, scenarios. Nothing here runs a month."""
