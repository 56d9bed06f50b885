# row: a backend in .tf.json without a lock

# file: stages/test/main/backend.tf.json
{"terraform": {"backend": {"s3": {"bucket": "acme-states", "key": "main.tfstate", "region": "eu-west-1", "encrypt": true}}}}
