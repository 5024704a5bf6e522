"""One port for work on buckets, and the engines behind it: in process, Ray, Spark. No Django here."""
