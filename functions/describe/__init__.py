"""Computes the style vector of every poster, by which similar shaders are found."""
