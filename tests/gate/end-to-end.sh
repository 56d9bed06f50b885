#!/usr/bin/env bash
# The gate for real: Debian's docker engine, an image of the Terraform and provider on this machine, moto for AWS.
#
#   tests/gate/end-to-end.sh
#
# Everything is private to this run: the daemon, the repository's copy, the server; it listens on the loopback only. What is
# missing of docker and moto is installed where that is possible. Needs terraform 1.11 on the path and a filesystem mirror of
# the AWS provider (TF_PLUGIN_DIR names it). Without them it says what it could not run and ends with 3.
#
# Of stages/test/main everything is planned. What moto can do, and quickly, is applied and destroyed; the rest is listed below with
# what was measured. Podman plans stages/test/bootstrap, where it can run.
set -euo pipefail
unset TF_CLI_CONFIG_FILE AWS_CA_BUNDLE AWS_PROFILE DOCKER_HOST TF_DATA_DIR TF_WORKSPACE TERRAFORM_IMAGE TERRAFORM_ENGINE MAKEFLAGS MAKELEVEL

repository=$(cd "$(dirname "$0")/../.." && pwd)
skip() { echo "NOT RUN: $1, so nothing was planned and applied through the gate for real" >&2; exit 3; }
fail() { echo "FAILED: $1" >&2; [ -z "${2:-}" ] || cat "$2" >&2; exit 1; }
step() { printf -- '--- %s\n' "$*"; }

command -v terraform >/dev/null || skip "terraform is not on the path"
# What init or an engine has laid somewhere is no mirror.
find_mirror() {
    { find / -xdev -type d \( -name .terraform -o -name overlay2 \) -prune -o \
        -type d -path '*/registry.terraform.io/hashicorp/aws' -print 2>/dev/null || true; } | sort | sed -n 1p
}
mirror=${TF_PLUGIN_DIR:-$(find_mirror)}
mirror=${mirror%%/registry.terraform.io*}
[ -d "$mirror" ] || skip "there is no filesystem mirror of the AWS provider"
export TF_PLUGIN_DIR=$mirror
if ! command -v dockerd >/dev/null || ! command -v docker >/dev/null; then
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || skip "there is no docker engine, and it cannot be installed"
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends docker.io iptables; } >/dev/null 2>&1 ||
        skip "docker.io could not be installed"
fi
[ "$(id -u)" = 0 ] || skip "a private docker daemon needs root"
command -v make >/dev/null || skip "make is not on the path"

# Of stages/test/main, what is applied: network, keys, the bucket of logs, the operator's role, the private zone of names.
applied=(
    module.vpc
    module.key
    module.logs.aws_s3_bucket_{versioning,public_access_block,ownership_controls,policy,server_side_encryption_configuration}.this
    aws_iam_role_policy.operator
    module.dns.aws_route53_zone.this
)
# What is only planned, and why: measured with moto 5.2 and version 5.100.0 of the provider.
not_applied() {
    cat <<'END'
applied of stages/test/main: module.vpc, module.key, the bucket of module.logs, the operator's role, the zone of module.dns
only planned:
  module.eks            moto answers CreateAddon with 404
  module.redis          moto has no CreateCacheParameterGroup (500, which the provider repeats)
  module.image_cdn      moto answers CreateCachePolicy with 404; with it the records of module.dns, which name the distributions
  module.images, module.image_variants, module.static: moto answers PutBucketLogging with 500
  module.static_cdn     works, and takes 31 s each way; its bucket is module.static
  module.logs           its lifecycle rules alone: the provider waits 55 s for them
  module.search         the provider sleeps ten minutes before it looks at a domain
  module.aurora_mysql   its clients are the security group of module.eks, which stays tainted without add-ons
  the roles of the pods name the stores above
END
}

work=$(mktemp -d)
pids=()
cleanup() {
    local pid
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    [ ! -s "$work/docker/pid" ] || { kill "$(cat "$work/docker/pid")" 2>/dev/null && sleep 2; } || true
    umount "$work/docker/exec/netns/default" 2>/dev/null || true
    rm -rf "$work" 2>/dev/null || { sleep 3 && rm -rf "$work"; } || true
}
trap cleanup EXIT

infralint=${INFRALINT:-$repository/target/release/infralint}
[ -x "$infralint" ] || { cargo build --release --quiet && infralint=$repository/target/release/infralint; }
export INFRALINT=$infralint

step "moto"
python=${MOTO_PYTHON:-}
if [ -z "$python" ]; then
    { python3 -m venv "$work/venv" && "$work/venv/bin/pip" install -q 'moto[server]==5.2.5'; } >"$work/pip.log" 2>&1 ||
        skip "moto could not be installed"
    python=$work/venv/bin/python
fi
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$python" "$repository/tests/gate/aws.py" -H 127.0.0.1 -p "$port" >"$work/moto.log" 2>&1 &
pids+=($!)

step "a private docker daemon"
mkdir "$work/docker"
export DOCKER_HOST=unix://$work/docker/sock
dockerd --data-root "$work/docker/data" --exec-root "$work/docker/exec" --pidfile "$work/docker/pid" -H "$DOCKER_HOST" \
    --bridge=none --iptables=false --ip6tables=false --ip-forward=false >"$work/docker/log" 2>&1 &
for _ in $(seq 100); do docker version >/dev/null 2>&1 && break; sleep 0.3; done
docker version >/dev/null 2>&1 || skip "dockerd does not start here ($(tail -n 1 "$work/docker/log"))"
answers() { (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }
for _ in $(seq 200); do answers && break; sleep 0.3; done
answers || fail "moto does not start" "$work/moto.log"

copy=$work/repository
mkdir -p "$copy/.git"
cp -r "$repository"/{stages,modules,bin,lib,.gitignore} "$copy"
find "$copy" \( -name .terraform -o -name 'terraform.tfstate*' -o -name 'tfplan*' \) -prune -exec rm -rf {} +

secret=planted-secret-$$
export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=$secret
export AWS_EC2_METADATA_DISABLED=true CHECKPOINT_DISABLE=1 TERRAFORM_ENGINE_ARGS=--network=host
export HOME=$work/home XDG_CACHE_HOME=$work/cache USER=first
mkdir "$HOME"

# run NAME EXPECTED COMMAND...: keeps the output in $work/NAME.log, and fails unless the exit code is the expected one.
run() {
    local log=$work/$1.log expected=$2 code=0
    shift 2
    "$@" >"$log" 2>&1 </dev/null || code=$?
    [ "$code" = "$expected" ] || fail "\`$*\` ended with $code and not with $expected" "$log"
}
says() { grep -qF -- "$2" "$work/$1.log" || fail "$1 does not say: $2" "$work/$1.log"; }

# Podman's own files: a storage of its own, and limits that this machine allows. Its warnings about networks do not matter here.
podman_plans() {
    local conf=$work/podman
    if ! command -v podman >/dev/null; then
        apt-get install -y -qq --no-install-recommends podman runc netavark conmon >"$work/podman-apt.log" 2>&1 || return 1
    fi
    mkdir "$conf"
    printf '[storage]\ndriver = "vfs"\ngraphroot = "%s/root"\nrunroot = "%s/run"\n' "$conf" "$conf" >"$conf/storage.conf"
    {
        printf '[containers]\ndefault_ulimits = ["nofile=%s:%s", "nproc=%s:%s"]\n' \
            "$(ulimit -Hn)" "$(ulimit -Hn)" 32768 32768
        # crun refuses some layouts of cgroups that runc takes.
        ! command -v runc >/dev/null || printf '[engine]\nruntime = "runc"\n'
    } >"$conf/containers.conf"
    export CONTAINERS_CONF=$conf/containers.conf CONTAINERS_STORAGE_CONF=$conf/storage.conf TERRAFORM_ENGINE=podman
    # The mirror stays outside: vfs copies every layer.
    export TERRAFORM_ENGINE_ARGS="--network=host -v $mirror:$mirror:ro"
    "$copy/bin/build-terraform-image" --without-providers >"$work/podman-image.log" 2>&1 || return 1
    podman run --rm --network=host localhost/infralint-terraform:1.11.4 version >"$work/podman-image.log" 2>&1 || return 1
    run podman-plan 0 make plan
    says podman-plan "to create"
    grep -q '"engine": "podman"' tfplan.receipt.json || fail "the receipt does not name podman"
    printf x >>tfplan
    run podman-tampered 2 make apply
    says podman-tampered "the plan file is not the one that was judged."
    rm -rf tfplan tfplan.receipt.json .terraform
}

cd "$copy/stages/test/bootstrap"
step "podman: stages/test/bootstrap is planned"
podman_code=0
(podman_plans) || podman_code=$?
case $podman_code in
0) with_podman="and planned by podman" ;;
*)
    [ ! -e "$work/podman-plan.log" ] || exit 1
    with_podman="NOT RUN WITH PODMAN ($(tail -qn 1 "$work"/podman-apt.log "$work"/podman-image.log 2>/dev/null | tail -n 1))"
    echo "$with_podman" >&2
    ;;
esac
(CONTAINERS_STORAGE_CONF=$work/podman/storage.conf podman unmount --all) >/dev/null 2>&1 || true

step "no image: exit 2, and nothing is written"
TERRAFORM_IMAGE=localhost/none:1 run no-image 2 "$INFRALINT" plan .
says no-image "the image localhost/none:1 is not here, and it is one that is built on each machine"
[ ! -e .terraform ] || fail "something was written"

step "the image"
run image 0 "$copy/bin/build-terraform-image"

step "stages/test/bootstrap: plan, apply"
run bootstrap-plan 0 make plan
says bootstrap-plan "to create"
[ -f tfplan.receipt.json ] || fail "there is no receipt"
cp tfplan.receipt.json "$work/receipt.json"
run bootstrap-apply 0 make apply
says bootstrap-apply "Apply complete! Resources: 10 added"
[ ! -e tfplan ] && [ ! -e tfplan.receipt.json ] || fail "the plan is still there after its apply"
[ "$(stat -c %u terraform.tfstate)" = "$(id -u)" ] || fail "the state belongs to somebody else"

cd ../main
step "stages/test/main: the whole plan, with the state in S3"
run main-plan 0 make plan
says main-plan "to create"
grep -F "$secret" -r .terraform tfplan.receipt.json "$work"/*.log && fail "a secret was written"

step "tampering: each has its own message"
cp terraform.tfvars "$work/tfvars" && cp tfplan "$work/tfplan" && cp tfplan.receipt.json "$work/main-receipt.json"
echo '# changed' >>terraform.tfvars
run tampered-values 2 make apply
says tampered-values "stages/test/main/terraform.tfvars was changed since the plan was judged."
cp "$work/tfvars" terraform.tfvars
printf x >>tfplan
run tampered-plan 2 make apply
says tampered-plan "the plan file is not the one that was judged."
cp "$work/tfplan" tfplan
sed 's/"made_at": "20../"made_at": "2001/' "$work/main-receipt.json" >tfplan.receipt.json
run expired 2 make apply
says expired "and the settings allow 1d. Plan again."
mkdir "$copy/policies"
printf 'resource_policy "aws_vpc" "dns" {\n  enforce {\n    condition = attrs.enable_dns_support\n  }\n}\n' >"$copy/policies/vpc.policy.hcl"
cp "$work/main-receipt.json" tfplan.receipt.json
run other-rules 1 "$INFRALINT" apply . --rules "$copy/policies"
says other-rules "the plan was not judged by the rule policies/vpc.policy.hcl."

step "stages/test/main: what applies quickly, plan and apply"
not_applied
run part-plan 0 make plan ARGS="${applied[*]/#/-target=}"
says part-plan "The plan is about a part of the root module"
run part-apply 0 make apply
says part-apply "Apply complete!"

step "two applies at once: the lock refuses the second, and names who holds it"
mkdir ../slow
cat >../slow/main.tf <<END
$(sed 's/main\/terraform.tfstate/slow\/terraform.tfstate/' backend.tf)
module "stage" {
  source = "../"
}
# moto takes its time for each.
resource "aws_kms_key" "first" {
  description         = "first"
  enable_key_rotation = true
}
resource "aws_kms_key" "second" {
  description         = "second, after \${aws_kms_key.first.id}"
  enable_key_rotation = true
}
resource "aws_kms_key" "third" {
  description         = "third, after \${aws_kms_key.second.id}"
  enable_key_rotation = true
}
resource "aws_kms_key" "fourth" {
  description         = "fourth, after \${aws_kms_key.third.id}"
  enable_key_rotation = true
}
END
cp provider.tf .terraform.lock.hcl Makefile ../slow
# What is interrupted is tainted, and replaced the next time.
cat >"$copy/.infralint.hcl" <<END
waiver "stateful-replace/replaced" {
  root_module = "stages/test/slow"
  reason      = "nothing is encrypted under these keys"
}
END
cp -r "$copy" "$work/second"
cd ../slow
run slow-plan 0 make plan
(cd "$work/second/stages/test/slow" && run second-plan 0 make plan)
"$INFRALINT" apply . >"$work/slow-apply.log" 2>&1 </dev/null &
first=$!
for _ in $(seq 300); do grep -qs 'Creating' "$work/slow-apply.log" && break; sleep 0.2; done
(cd "$work/second/stages/test/slow" && USER=second run second-apply 1 "$INFRALINT" apply .)
says second-apply "Error acquiring the state lock"
says second-apply "first@$(uname -n)"

step "an interrupt: Terraform stops in order, and the state is unlocked"
for process in /proc/[0-9]*; do
    if tr '\0' ' ' <"$process/cmdline" 2>/dev/null | grep -qF "$secret"; then fail "a secret stands in the arguments of a process"; fi
done
kill -INT "$first"
code=0
wait "$first" || code=$?
[ "$code" = 1 ] || fail "the interrupted apply ended with $code" "$work/slow-apply.log"
says slow-apply "Interrupt received"
says slow-apply "Gracefully shutting down"
run unlocked 0 make plan

step "Ctrl-C at a terminal does the same"
cat >"$work/terminal.py" <<'END'
import os, pty, sys, time
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
seen, sent = b"", False
while True:
    try:
        read = os.read(terminal, 65536)
    except OSError:
        break
    if not read:
        break
    sys.stdout.buffer.write(read)
    sys.stdout.flush()
    seen += read
    if not sent and b"Creating" in seen:
        os.write(terminal, b"\x03")
        sent = True
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
END
run ctrl-c 1 python3 "$work/terminal.py" "$INFRALINT" apply .
says ctrl-c "Interrupt received"
run unlocked-again 0 make plan

step "destroy: asks, then destroys"
run not-destroyed 2 make destroy
says not-destroyed "nothing was destroyed."
run slow-destroyed 0 make destroy ARGS=-auto-approve
says slow-destroyed "Apply complete!"
cd ../main
run destroyed 0 bash -c 'echo yes | make destroy'
says destroyed "Apply complete!"
terraform_state=$("$copy/bin/terraform" state list)
[ -z "$terraform_state" ] || fail "something is left: $terraform_state"
cd ../bootstrap
run protected 2 make destroy ARGS=-auto-approve
says protected "prevent_destroy"

grep -F "$secret" -r "$copy" "$work/receipt.json" "$work/main-receipt.json" "$work"/*.log && fail "a secret was written"
echo "planned and applied through the gate, for real, in $SECONDS s: bootstrap whole, of main what is listed above; $with_podman"
