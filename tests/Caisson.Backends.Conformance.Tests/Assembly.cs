// Cases look at the whole host for what sandboxes leave, so they run one after another.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
[assembly: AssemblyFixture(typeof(Caisson.Backends.Conformance.Tests.Walls))]
