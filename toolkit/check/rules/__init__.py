"""The coded rules, one file per family. A file put here is found; see ``toolkit.check.registry``."""
