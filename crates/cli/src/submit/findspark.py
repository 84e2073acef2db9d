"""Programs that call `findspark.init()` look for a Spark installation; on Firesteel there is none to find."""


def init(*args, **kwargs):
    """Nothing to do: the server is already running."""


def find():
    """The variable Spark installations go by has no meaning here."""
    return ""


def add_packages(packages):
    raise NotImplementedError("JVM packages cannot be added to Firesteel: " + str(packages))


def add_jars(jars):
    raise NotImplementedError("JVM jars cannot be added to Firesteel: " + str(jars))
