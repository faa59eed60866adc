using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Engine.Templates;

namespace Caisson.Server.Templates;

/// <summary>The templates of this host: for now <c>base</c> alone.</summary>
internal sealed class LocalTemplates(HostTemplate host) : ITemplateCatalog
{
    private const string Base = "base";

    public bool Knows(string template) => template == Base;

    public Task<RootFileSystem> ResolveAsync(string template, CancellationToken cancellation) => Knows(template)
        ? Task.Run(() => host.Root, cancellation)
        : throw new CaissonException(ErrorCode.NotFound, $"template '{template}' not found", "use 'base'");
}
