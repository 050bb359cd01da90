"""hewer: a work-design laboratory.

Describe a workplace once (the work, the place, the people and tools, the terms of the shift), then
ask what it yields and which division of the labour is better::

    import hewer

    model = hewer.load("irmino")
    result = hewer.simulate(model, crew="solo", replications=50)
    print(hewer.table(result))
    print(hewer.table(hewer.compare(model, crews=["solo", "crew"])))

Names are imported when they are first used, so that ``import hewer`` stays light;
``__init__.pyi`` lists them.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__all__ += ["__version__"]
