"""The renderer service: a project and a plan in, pictures and clips out."""
