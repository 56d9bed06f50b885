"""A moto server that takes bucket policies as far as it understands them.

moto refuses what a statement with "Effect": "Deny" speaks of, and does not look at the statement's conditions: a policy that
denies requests without TLS denies all of them. Here, a policy permits and denies nothing.
"""

import os
import sys

os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")

from moto.iam.access_control import PermissionResult
from moto.s3 import models
from moto.server import main

models.FakeBucket.get_permission = lambda self, action, resource: PermissionResult.NEUTRAL

main(sys.argv[1:])
