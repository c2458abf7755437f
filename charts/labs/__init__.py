"""Figures of the labs that need no hand: from a study's numbers to a picture, theory on the same axes."""
