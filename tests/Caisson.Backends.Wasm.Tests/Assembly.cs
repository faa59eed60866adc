[assembly: AssemblyFixture(typeof(Caisson.Backends.Wasm.Tests.Wall))]
