using Caisson.Core.Backends;
using Caisson.Engine.Templates;

namespace Caisson.Server.Tests.Fakes;

internal sealed class FakeTemplates : ITemplateCatalog
{
    public bool Knows(string template) => template == "base";

    public Task<RootFileSystem> ResolveAsync(string template, CancellationToken cancellation) => Task.FromResult(new RootFileSystem([], true, true));
}
