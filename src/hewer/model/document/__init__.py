"""The document: one frozen class for each part of the language, and how it is written back.

Begin with ``model`` (the whole); its parts are in ``site``, ``work``, ``people`` and ``asked``, the types
of their fields in ``fields``. ``yaml_tree`` is the only reader of YAML, ``explain`` says what is wrong
with the form.
"""

from hewer.model.document.asked import Limits as Limits
from hewer.model.document.asked import Measure as Measure
from hewer.model.document.asked import Scenario as Scenario
from hewer.model.document.base import Part as Part
from hewer.model.document.model import Model as Model
from hewer.model.document.people import Absent as Absent
from hewer.model.document.people import Break as Break
from hewer.model.document.people import Calendar as Calendar
from hewer.model.document.people import Crew as Crew
from hewer.model.document.people import Fatigue as Fatigue
from hewer.model.document.people import Learning as Learning
from hewer.model.document.people import Pause as Pause
from hewer.model.document.people import Role as Role
from hewer.model.document.people import Terms as Terms
from hewer.model.document.site import Balk as Balk
from hewer.model.document.site import Draws as Draws
from hewer.model.document.site import Kind as Kind
from hewer.model.document.site import Leaves as Leaves
from hewer.model.document.site import Param as Param
from hewer.model.document.site import Place as Place
from hewer.model.document.site import Rate as Rate
from hewer.model.document.site import Replay as Replay
from hewer.model.document.site import Source as Source
from hewer.model.document.site import Stock as Stock
from hewer.model.document.site import Timetable as Timetable
from hewer.model.document.site import Walk as Walk
from hewer.model.document.work import Activity as Activity
from hewer.model.document.work import Fails as Fails
from hewer.model.document.work import Outcome as Outcome
from hewer.model.document.work import SetUp as SetUp
from hewer.model.document.work import Tool as Tool
