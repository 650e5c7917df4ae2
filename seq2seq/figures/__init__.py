"""Own data types in, pictures out; the only place that knows plotly."""
