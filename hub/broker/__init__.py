"""RabbitMQ and nothing else."""
