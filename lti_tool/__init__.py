"""The running tool: LTI 1.3, the web pages, the command, and the composition of all parts."""
