"""Module folders become packages: SCORM 1.2 and a plain web folder, with one player."""
