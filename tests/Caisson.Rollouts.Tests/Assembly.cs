using Caisson.Rollouts.Tests.Ground;

// Executions are timed, and a machine has few cores.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
[assembly: AssemblyFixture(typeof(SharedServer))]
