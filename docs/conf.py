"""How Sphinx makes the site from these documents. Nothing is fetched: fonts, scripts and search are in the built files."""

from importlib import metadata

project = "Groundswell"
author = "the Groundswell contributors"
release = metadata.version("groundswell")
language = "en_GB"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["builder"]
nitpicky = False
highlight_language = "none"  # blocks of commands and output have no language
default_role = "code"  # docstrings write names in single backticks

myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "deflist"]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_use_ivar = True
napoleon_use_rtype = False
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
add_module_names = False

html_theme = "furo"
html_title = "Groundswell"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_show_sourcelink = False
html_copy_source = False
html_show_copyright = False
html_show_search_summary = False  # summaries are fetched, which a browser refuses of files opened without a server
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#00546b", "color-brand-content": "#00546b"},
    "dark_css_variables": {"color-brand-primary": "#6ecbe0", "color-brand-content": "#6ecbe0"},
}


def _lists_of_arguments(app, page, template, context, tree):
    """Give the arguments of a long signature the role of a list: Sphinx writes them as definitions of no term."""
    if "body" in context:
        body = context["body"].replace('<dl>\n<dd><em class="sig-param">', '<dl role="list">\n<dd><em class="sig-param">')
        context["body"] = body.replace('<dd><em class="sig-param">', '<dd role="listitem"><em class="sig-param">')


def setup(app):
    """Change what pages show."""
    app.connect("html-page-context", _lists_of_arguments)
