namespace Amend.Editing.KeyValue;

/// <summary>How a value is optimised, as every editor of the ROME family has it among its settings.</summary>
internal interface IValueOptions
{
    /// <summary>Most evaluations of the loss; one optimiser step fewer.</summary>
    int VNumGradSteps { get; }

    /// <summary>How the value is searched.</summary>
    ValueSearch VOptimizer { get; }

    /// <summary>Adam's learning rate.</summary>
    double VLr { get; }

    /// <summary>Factor of ‖delta‖ / ‖v0‖² in the loss.</summary>
    double VWeightDecay { get; }

    /// <summary>Loss below which a request's optimisation stops.</summary>
    double VLossThreshold { get; }

    /// <summary>Greatest ‖delta‖ in units of ‖v0‖.</summary>
    double ClampNormFactor { get; }

    /// <summary>Factor of the divergence at the essence prompt.</summary>
    double KlFactor { get; }
}
