"""The catalog: projects, models, versions, references."""

from barograph.store.catalog.models import (
    change_model,
    create_model,
    delete_model,
    model,
    model_by_id,
    model_names,
    models,
    models_by_id,
    set_flags,
    set_grid,
    set_schema,
)
from barograph.store.catalog.projects import create_project, project, projects
from barograph.store.catalog.references import (
    add_reference,
    held_out_profile,
    reference,
    reference_file,
    reference_profile,
    references,
    set_default_reference,
)
from barograph.store.catalog.values import Model, Project, Reference, Version
from barograph.store.catalog.versions import version_id, versions

__all__ = [
    "Model",
    "Project",
    "Reference",
    "Version",
    "add_reference",
    "change_model",
    "create_model",
    "create_project",
    "delete_model",
    "held_out_profile",
    "model",
    "model_by_id",
    "model_names",
    "models",
    "models_by_id",
    "project",
    "projects",
    "reference",
    "reference_file",
    "reference_profile",
    "references",
    "set_default_reference",
    "set_flags",
    "set_grid",
    "set_schema",
    "version_id",
    "versions",
]
