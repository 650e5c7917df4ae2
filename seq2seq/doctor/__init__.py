"""The data doctor: any file of parallel text in, a report of what is wrong with it and a cleaned copy out."""
