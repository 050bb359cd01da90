"""The model: a document of the work, the site, the crews and the terms, from its text on.

Begin with ``document/model.py`` (what there is to say) and ``reading/document.py`` (how a file becomes
one). ``settling`` resolves what a document leaves to be worked out, ``checking`` says what is wrong, and
where.
"""
