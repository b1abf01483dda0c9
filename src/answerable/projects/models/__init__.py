"""What is built: projects, their course, what proves it, what residents say and what they chose."""

from __future__ import annotations

from .chosen import Choice, ChoiceOption
from .course import Milestone, MilestoneRevision, ProjectStep, ProjectWord
from .given import Contribution, ProjectBudget
from .project import Project, ProjectArea, ProjectSector
from .proof import ChoiceEvidence, ProjectEvidence
from .said import CodesSaid, ResidentsWord, Snag

__all__ = [
    "Choice",
    "ChoiceEvidence",
    "ChoiceOption",
    "CodesSaid",
    "Contribution",
    "Milestone",
    "MilestoneRevision",
    "Project",
    "ProjectArea",
    "ProjectBudget",
    "ProjectEvidence",
    "ProjectSector",
    "ProjectStep",
    "ProjectWord",
    "ResidentsWord",
    "Snag",
]
