"""What is asked of the renderer, and what it comes to: the project as far as the service checks it, and the sizes that fit."""
