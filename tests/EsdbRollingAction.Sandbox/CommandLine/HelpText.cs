namespace EsdbRollingAction.Sandbox.CommandLine;

/// <summary>What <c>--help</c> says.</summary>
internal static class HelpText
{
    public const string Text = """
        Rolls a new instance type, a restart, a command or another version over an embedded EventStoreDB cluster with the real program,
        all on loopback.

          --mode NAME        plan: check, change nothing; apply: roll (the usual one); rollback: take the last roll back
          --strategy NAME    Ec2InstanceTypeUpdate: a new instance type (the usual one); Ec2InstanceRestart: a restart;
                             SsmCommandUpdate: a command of Systems Manager; ServerVersionUpdate: another version of the database
          --restart-kind K   with Ec2InstanceRestart: stop-start, the usual one, or reboot
          --ssm-document NAME             with SsmCommandUpdate: the document (AWS-RunShellScript); with ServerVersionUpdate: the same
                                          (esdb-upgrade)
          --ssm-parameters JSON           with both: what it takes ({"commands":["systemctl restart kurrentdb"]}, or the version)
          --ssm-rollback-parameters JSON  with both: what it takes to undo it (nothing, or the version that was there before)
          --reboot-after                  with SsmCommandUpdate: every machine is rebooted after its command
          --server-version V              the version that the nodes have at the beginning (23.10.6)
          --auto-scavenge STATE           what it does at the beginning, from 24.10 on: NotConfigured, Waiting, InProgress or Paused
                                          (without it the servers have no licence for it)
          --target-server-version V       with ServerVersionUpdate: what the version of every node shall begin with
          --kill-after N     kill the program without warning (SIGKILL) N seconds after its start
          --resume           build the cluster again as the last command left it, and carry on with its state
          --folder PATH      where state, job summary and cluster are kept (one of the user's own in the system's temporary folder)
          --voters N         voting nodes (3)
          --replicas N       read-only replicas (1)
          --time-scale N     model seconds in one real second (20)
          --backlog-mb N     what a node has to catch up after its restart (200)
          --secured          administration needs credentials
          --tls              nodes speak HTTPS, signed by a certificate authority of the sandbox's own
          --retiring NODE    EC2 will retire the instance of this node, and says so until it is stopped and started
          --seed N           another course of chance (1)
          --program PATH     the program to run, an executable or a .dll (the one built with the sandbox)
          --fault NAME       something goes wrong; may be given more than once:
            stale-describe       EC2 shows the world up to 10 model seconds ago
            throttling           every third request to EC2 is throttled
            capacity-shortage    the first start of the new type finds no capacity
            no-capacity          there is never capacity of the new type
            resign-ignored-once  the first resignation is answered with 200 and forgotten
            leader-moves         leadership moves by itself during the roll
            follower-crashes     a follower crashes during the roll and comes back
            auto-scavenge-resigns  auto-scavenge resigns the leader during the roll, again and again, unless it is paused
            slow-node            test-node copies four times slower
            replica-hangs        the read-only replica has lost its leader for good, until it is restarted
            tagging-denied       IAM does not allow to tag instances
            capacity-denied      IAM does not allow to hold capacity
            capacity-taken       capacity that is held is taken by another instance
            stop-protected       the instance of test-node may not be stopped
            database-fails       the database does not start on the new type
            not-offered          the new type does not exist in the availability zone
            start-undone         a start is accepted and undone at once, as when the key of a volume may not be used
            reboot-lost-once     the first reboot is accepted and forgotten
            reboot-hangs         test-node does not come back from a reboot; its instance runs, and only a stop and a start help
            ssm-answer-lost-once the first command is accepted and the answer is lost
            ssm-delivery-timeout-once  the first command is never delivered
            ssm-denied           IAM does not allow to send commands
            ssm-late             Systems Manager shows everything as late as it may
            agent-offline        the agent of test-node is not connected, though its machine is up
            agent-missing        the machine of test-node has no agent
            command-fails        the command fails on test-node before it does anything
            command-breaks       the command stops the database of test-node, breaks it for good and fails
            command-stops-database  the command stops the database of test-node and fails; a start helps
            upgrade-breaks       no other version of the database starts on test-node than the one before
            upgrade-does-nothing  on test-node the command that installs a version succeeds and installs nothing
            new-leader-loses-old  a leader does not replicate to nodes of an older version than its own
            black-hole           a stopped machine does not refuse connections but never answers

        A roll from the beginning replaces what the last one left in the folder. --resume and --mode rollback build its nodes again at
        their addresses, so they take no --voters, --replicas, --secured, --tls, --retiring, --auto-scavenge or --server-version. What was
        under way has ended by then: an instance that was stopping is stopped, one that was starting runs, one that was to reboot has
        rebooted. A command goes on after the line that its script was at.

        Ctrl-C reaches the program, which saves its state and ends.
        Exit code: 0 when the program succeeded or was killed by --kill-after, and no rule was broken; 2 for a wrong command line or
        input, or when there is nothing to resume; 1 otherwise.
        """;
}
