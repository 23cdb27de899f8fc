"""The version of the package, and of the jar that belongs to it."""

__version__ = "0.1.0.dev0"

#: The same version as Maven writes it.
JAR_VERSION = __version__.replace(".dev0", "-SNAPSHOT")
