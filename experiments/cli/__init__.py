"""The command line: one file for each group of commands; what they do lies in the other folders."""
