"""A small, honest LTI 1.3 platform for the demo and the tests; the running tool never imports it."""
