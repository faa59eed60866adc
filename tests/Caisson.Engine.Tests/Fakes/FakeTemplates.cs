using Caisson.Core.Backends;
using Caisson.Engine.Templates;

namespace Caisson.Engine.Tests.Fakes;

internal sealed class FakeTemplates : ITemplateCatalog
{
    public RootFileSystem Root { get; set; } = new([], true, false);

    public bool Knows(string template) => template is "base" or "other";

    public Task<RootFileSystem> ResolveAsync(string template, CancellationToken cancellation) => Task.FromResult(Root);
}
