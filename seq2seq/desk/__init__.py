"""The desk: training runs as child processes of a server, one at a time, each in a folder of its own."""
