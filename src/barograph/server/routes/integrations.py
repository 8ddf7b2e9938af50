"""What other systems post here in forms of their own."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from barograph.server.access.needs import Ingest
from barograph.server.alertmanager.webhook import Webhook, WebhookAnswer, take_webhook
from barograph.server.errors import declared
from barograph.server.routes.parameters import ProjectName
from barograph.server.state import Here

router = APIRouter(prefix="/v1/projects/{project}/integrations", tags=["integrations"])

_SENT: Final = declared(401, 403, 404, 413, 422)


@router.post("/alertmanager", responses=_SENT)
def post_alertmanager(project: ProjectName, told: Webhook, here: Here, who: Ingest) -> WebhookAnswer:
    """Take what Alertmanager posts to a webhook: alerts of the infrastructure become events on the models' timelines.

    An alert with a label `model` is of that model, where the project has it; others are of the whole project. Told
    again, it changes nothing.
    """
    with here.database.writing() as conn:
        return take_webhook(conn, project, told, source=who.name, now=here.clock.now())
