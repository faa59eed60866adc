using Caisson.Dialects.SweRex.Tests.Ground;

// Sessions are timed, and a machine has few cores.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
[assembly: AssemblyFixture(typeof(SharedServer))]
