"""Template tags of the whole dashboard."""

from django import template

register = template.Library()
