"""What the functions share: adapters to the outside and operations by aggregate."""
