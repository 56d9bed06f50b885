# row: in .tf.json

# file: main.tf.json
{"resource": {"aws_vpc": {"main": {"cidr_block": "10.0.0.0/20"}}, "aws_subnet": {"a": {"vpc_id": "${aws_vpc.main.id}", "cidr_block": "10.0.32.0/24"}}}}
