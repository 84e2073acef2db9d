"""Lets programs that were written for a Spark of their own run on the Spark that `firesteel submit` has started.

Python imports a module of this name when it starts. The one that the environment may have besides is run as well. Nothing
else happens before the program imports PySpark; then `SparkSession.builder` forgets the settings that say where Spark
runs (`master("local[*]")`, `remote("local")`), which the client would refuse beside the server's address.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SESSION = "pyspark.sql.session"


def forgets_places(session):
    """Changes the builder of PySpark's session module. An address such as `sc://host:15002` is still the program's choice."""
    builder = session.SparkSession.Builder
    validate = builder._validate_startup_urls

    def validate_without_places(self):
        self._options.pop("spark.master", None)
        if str(self._options.get("spark.remote", "")).startswith("local"):
            del self._options["spark.remote"]
        validate(self)

    builder._validate_startup_urls = validate_without_places


class AfterImport(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds PySpark's session module where it is, and changes it when it has been loaded."""

    def find_spec(self, name, path=None, target=None):
        if name != SESSION:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            self.loader, spec.loader = spec.loader, self
        return spec

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        module.__spec__.loader = module.__loader__ = self.loader
        self.loader.exec_module(module)
        forgets_places(module)


def run_environments_own():
    """The environment's own `sitecustomize`, which this one stands in front of, takes its place."""
    elsewhere = [folder for folder in sys.path if os.path.abspath(folder) != HERE]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", elsewhere)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


sys.meta_path.insert(0, AfterImport())
run_environments_own()
