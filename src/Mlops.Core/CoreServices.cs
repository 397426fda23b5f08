using Microsoft.Extensions.DependencyInjection;

namespace Mlops.Core;

/// <summary>Registration of Core.</summary>
public static class CoreServices
{
    /// <summary>
    /// Adds catalog, stores, services, executor and their options. The host adds an <c>IBlockHost</c> and an <c>IRunQueue</c>.
    /// </summary>
    public static IServiceCollection AddMlopsCore(this IServiceCollection services, MlopsCoreOptions options) => throw new NotImplementedException();
}
