"""What is allowed: registry's aggregates. They import no Kafka, SQL or gRPC."""
